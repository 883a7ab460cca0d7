"""The recipes that come with the tool; `magnet-kg run FILE.yaml` takes one of your own."""
