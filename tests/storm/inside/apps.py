from django.apps import AppConfig


class StormConfig(AppConfig):
    name = "tests.storm.inside"
    label = "storm"

    def ready(self) -> None:
        """Hook in, once the product is there."""
        from tests.storm.inside import bells, clock, mutations, steps, times

        steps.install()
        bells.install()
        clock.install()
        times.install()
        mutations.install()
