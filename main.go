// Command counterfoil is the desktop application for the clerk at a service
// counter.
//
//	counterfoil [--settings FILE]        the counter, as its settings say
//	counterfoil --practice [--dir DIR]   with a whole centre inside, on invented holders
//	counterfoil rehearse --practice --cases N [--json] [--keep DIR]
//	counterfoil rehearse --settings FILE --cases N     at a practice centre elsewhere
//	counterfoil demonstrate --practice --cases N [--pace 2s] [--close]     a rehearsal in the open window
//	counterfoil key [--settings FILE | --dir DIR]      prints the public key to enrol
//	counterfoil key --request FILE --hall H --counter C     writes a request to enrol it, and prints its fingerprint
//	counterfoil key rotate --request FILE     makes the next key, and a request to enrol it
//	counterfoil key keep passphrase|keyring|tpm|file     keeps the same key in another way
//	counterfoil key --kept token --module SO --label L     makes the key on a UKey or an HSM; rotate takes the same
//	counterfoil enrol --approved FILE     installs the settings that the hall's administrator gave back
//	counterfoil devices --check [--practice] [--out FILE]     checks the signature pad with the person in front of it
//	counterfoil devices --record FILE [--practice]     writes down the exchange with the signature pad
//	counterfoil day --day YYYYMMDD --out FILE [--settings FILE | --dir DIR]     the counter's signed list of a day, for an auditor
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"counterfoil/app/program"
)

// collect is how much the heap may grow, in percent, before it is cleaned. A
// clerk's work makes little garbage, and what lives (fonts, pictures, the practice
// centre) is 100 MB: Go's usual 100 % would let the program hold twice that.
const collect = 40

func main() {
	debug.SetGCPercent(collect)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
