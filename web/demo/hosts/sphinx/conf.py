"""A Sphinx site with <mix-lens> in its pages."""

project = "Mixture notes"
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["mix-lens/page.css", "furo.css"]
html_js_files = [("mix-lens/mix-lens.js", {"defer": "defer"})]
