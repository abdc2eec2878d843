package main

import "authms/micro-middleware/app"

func main() { app.Store("webhook-service", "webhooks") }
