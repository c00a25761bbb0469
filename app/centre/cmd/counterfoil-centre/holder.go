package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"counterfoil/app/protocol"
)

// holder asks the centre that runs on a home for a holder's one-time code. The
// number of the paper original is read from in: on the command line it would stay
// in the shell's history.
func holder(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	var who protocol.EnrolHolder
	f := flag.NewFlagSet("holder", flag.ContinueOnError)
	home := f.String("home", "", "`folder` of the running centre")
	f.StringVar(&who.Holder, "holder", "", "`id` in the licence repository; when empty, the 公民身份号码 is read from standard input")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *home == "" || f.NArg() > 0 {
		return errors.New("holder takes --home DIR, --holder ID or the number on standard input, and no other words")
	}
	if who.Holder == "" {
		fmt.Fprint(out, "See the paper original first. 公民身份号码: ")
		line, err := bufio.NewReader(io.LimitReader(in, 100)).ReadString('\n')
		if who.Number = strings.TrimSpace(line); who.Number == "" {
			return errors.Join(errors.New("no number was given"), err)
		}
	}
	var code protocol.HolderCode
	if err := askAdmin(ctx, *home, http.MethodPost, protocol.PathHolderCodes, who, http.StatusCreated, &code); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\none-time code  %s\non the phone   %s, “%s” / “%s”\nuntil          %s, once\nEarlier passkeys of this holder, the password and all sessions are revoked.\n",
		code.Code, code.Page, "首次使用或换了手机", "New here, or a new phone", code.Until.Local().Format(time.TimeOnly))
	return err
}
