from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.access"
    label = "access"
