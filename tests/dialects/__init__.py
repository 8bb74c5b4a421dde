"""The same stories told as different systems send them; what is concluded must not depend on who tells."""
