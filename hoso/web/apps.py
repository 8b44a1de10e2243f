from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.web"
    label = "web"
