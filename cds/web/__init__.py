"""The roof: Flask. Routes, status codes, headers, logs, metrics and pages live here and nowhere below."""
