package main

import "authms/micro-middleware/app"

func main() { app.Store("policy-service", "policies") }
