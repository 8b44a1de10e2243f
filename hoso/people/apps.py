from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.people"
    label = "people"
