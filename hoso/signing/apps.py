from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.signing"
    label = "signing"
