from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.duties"
    label = "duties"
