package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"counterfoil/app/protocol"
)

// odd lists what citizens reported, or answers one of the reports, at the centre
// that runs on a home. Who reported it does not say.
func odd(ctx context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("odd", flag.ContinueOnError)
	home := f.String("home", "", "`folder` of the running centre")
	all := f.Bool("all", false, "also those that are answered")
	if err := f.Parse(args); err != nil {
		return err
	}
	switch words := f.Args(); {
	case *home == "":
	case len(words) == 0:
		return listOdd(ctx, *home, *all, out)
	case len(words) == 3 && words[0] == "answer" && words[1] != "" && strings.TrimSpace(words[2]) != "":
		return answerOdd(ctx, *home, words[1], words[2], out)
	}
	return errors.New(`odd takes --home DIR, and --all or the words: answer ID "TEXT"`)
}

func listOdd(ctx context.Context, home string, all bool, out io.Writer) error {
	address := protocol.PathOdd
	if all {
		address += "?all=1"
	}
	var list []protocol.Odd
	if err := askAdmin(ctx, home, http.MethodGet, address, nil, http.StatusOK, &list); err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Fprintln(out, "nothing waits for an answer; --all shows what was answered")
	}
	for _, o := range list {
		fmt.Fprint(out, shownOdd(o))
	}
	return nil
}

// shownOdd says one report in a few lines. The centre let nothing into the words
// that would steer a terminal.
func shownOdd(o protocol.Odd) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n", o.ID, o.Time.Local().Format(time.DateTime), o.Reason)
	if o.What != "" {
		fmt.Fprintf(&b, "  about    %s at %s\n", o.What, o.At.Local().Format(time.DateTime))
	} else {
		b.WriteString("  about    nothing in the holder's records\n")
	}
	for _, line := range []struct{ name, text string }{{"place", strings.TrimSpace(string(o.Hall) + " " + string(o.Counter))}, {"item", string(o.Item)},
		{"grant", string(o.Grant)}, {"words", o.Words}, {"answer", o.Answer}} {
		if line.text != "" {
			fmt.Fprintf(&b, "  %-7s  %s\n", line.name, line.text)
		}
	}
	return b.String()
}

func answerOdd(ctx context.Context, home, id, answer string, out io.Writer) error {
	path := strings.Replace(protocol.PathOddAnswer, "{id}", url.PathEscape(id), 1)
	if err := askAdmin(ctx, home, http.MethodPut, path, protocol.OddAnswer{Answer: answer}, http.StatusNoContent, nil); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "answered; the citizen reads it in the records")
	return err
}
