from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.orgs"
    label = "orgs"
