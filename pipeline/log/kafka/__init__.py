"""The event log on Apache Kafka; the only package that may import kafka-python."""

from __future__ import annotations

from pipeline.log.kafka.log import KafkaLog

__all__ = ["KafkaLog"]
