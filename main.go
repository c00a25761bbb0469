// Command counterfoil is the desktop application for the clerk at a service
// counter.
//
//	counterfoil [--settings FILE]        the counter, as its settings say
//	counterfoil --practice [--dir DIR]   with a whole centre inside, on invented holders
//	counterfoil rehearse --practice --cases N [--json] [--keep DIR]
//	counterfoil rehearse --settings FILE --cases N     at a practice centre elsewhere
//	counterfoil demonstrate --practice --cases N [--pace 2s] [--close]     a rehearsal in the open window
//	counterfoil key [--settings FILE | --dir DIR]      prints the public key to enrol
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"counterfoil/app/program"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
