package main

import "authms/micro-middleware/app"

func main() { app.Store("identity-service", "identities") }
