MERGE (r:Run {id: $run})
SET r.recipe = $recipe, r.seed = $seed
