package main

import "authms/micro-middleware/app"

func main() { app.Store("role-service", "roles") }
