package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"

	"counterfoil/app/protocol"
)

// register has the centre that runs on a home read its register again. It is a
// command, and not done whenever the file changes, so that a file that is half
// written is never taken and whoever changed it reads what is wrong with it.
func register(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("register reload", flag.ContinueOnError)
	home := f.String("home", "", "`folder` of the running centre")
	if len(args) == 0 || args[0] != "reload" {
		return errors.New("say register reload --home DIR")
	}
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	if *home == "" || f.NArg() > 0 {
		return errors.New("register reload takes --home DIR and no other words")
	}
	if err := askAdmin(ctx, *home, http.MethodPost, protocol.PathRegister, nil, http.StatusNoContent, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "The register was read again.")
	return err
}
