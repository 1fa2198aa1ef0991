"""Alerts of a deployment, for an operator who reads nothing else.

Dagster's event log and the releases go in, messages to a webhook come out. ``digest`` decides what a message
says, ``sensor`` when it is sent and that it arrives.
"""
