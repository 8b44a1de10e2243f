from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.ops"
    label = "ops"
