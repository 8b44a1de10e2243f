from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.cli"
    label = "cli"
