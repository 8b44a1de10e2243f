from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.records"
    label = "records"
