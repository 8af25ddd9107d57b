"""The programs that people look at values with, each from its Debian package: real ones, on ports and in folders of
their own, that end with the test that started them."""
