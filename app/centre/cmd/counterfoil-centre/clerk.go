package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/protocol"
)

const clerkUsage = `clerk changes who may work at a hall's counters, at the centre that runs on a
home; the hall's counters hear of it at once, or when they can be reached again.

  clerk add     --home DIR --hall H --number N --role clerk|supervisor|administrator|observer [--name NAME]
                prints a one-time password, which the clerk changes first
  clerk list    --home DIR --hall H
  clerk suspend --home DIR --hall H --number N
  clerk resume  --home DIR --hall H --number N
  clerk reset   --home DIR --hall H --number N
                a new one-time password in place of a forgotten one
  clerk role    --home DIR --hall H --number N --role R
  clerk card    --home DIR --hall H --number N --file KEY.pem
                the public key or certificate of the clerk's card; --none takes all away
  clerk days    --home DIR --hall H --days 30
                how long counters go by what they know while the centre is away
`

// clerk carries out one of the words above.
func clerk(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("clerk takes add, list, suspend, resume, reset, role, card or days; clerk help explains")
	}
	if args[0] == "help" {
		_, err := io.WriteString(out, clerkUsage)
		return err
	}
	home, o, err := parseClerk(args[0], args[1:])
	if err != nil {
		return err
	}
	if args[0] == "list" {
		return listClerks(ctx, home, o.Hall, out)
	}
	var done protocol.ClerkOrdered
	if err := askAdmin(ctx, home, http.MethodPost, protocol.PathClerks, o, http.StatusOK, &done); err != nil {
		return err
	}
	_, err = io.WriteString(out, saidOf(o, done))
	return err
}

func parseClerk(word string, args []string) (home string, o protocol.ClerkOrder, err error) {
	f := flag.NewFlagSet("clerk "+word, flag.ContinueOnError)
	f.StringVar(&home, "home", "", "`folder` of the running centre")
	f.StringVar((*string)(&o.Hall), "hall", "", "the hall, as the catalogue names it")
	f.StringVar(&o.Number, "number", "", "the hall's own `number` of the person, 1 to 16 digits or letters")
	file, none := "", false
	switch word {
	case "list":
	case "add":
		f.StringVar(&o.Name, "name", "", "as the hall writes it")
		fallthrough
	case "role":
		f.StringVar((*string)(&o.Role), "role", "", "clerk, supervisor, administrator or observer")
	case "card":
		f.StringVar(&file, "file", "", "PEM `file` with the card's public key or certificate")
		f.BoolVar(&none, "none", false, "take every card away")
	case "days":
		f.IntVar(&o.Days, "days", 0, "1 to 366")
	case "suspend", "resume", "reset":
	default:
		return home, o, fmt.Errorf("clerk %q is none of add, list, suspend, resume, reset, role, card and days", word)
	}
	if err := f.Parse(args); err != nil {
		return home, o, err
	}
	ofHall := word == "list" || word == "days"
	if home == "" || o.Hall == "" || (o.Number == "") != ofHall || f.NArg() > 0 {
		return home, o, fmt.Errorf("clerk %s takes --home, --hall and more; clerk help explains", word)
	}
	if o.Do = protocol.ClerkDo(word); word == "card" {
		o.Do, o.Card, err = cardOf(file, none)
	}
	return home, o, err
}

// cardOf reads the public key of a card, or returns the order that takes all away.
func cardOf(file string, none bool) (protocol.ClerkDo, []byte, error) {
	if none == (file != "") {
		return "", nil, errors.New("clerk card takes --file or --none")
	}
	if none {
		return protocol.ClerkNoCards, nil, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return "", nil, fmt.Errorf("%s is no PEM file", file)
	}
	switch block.Type {
	case "PUBLIC KEY":
		return protocol.ClerkPutCard, block.Bytes, nil
	case "CERTIFICATE":
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", nil, fmt.Errorf("%s: %w", file, err)
		}
		return protocol.ClerkPutCard, cert.RawSubjectPublicKeyInfo, nil
	}
	return "", nil, fmt.Errorf("%s holds neither a public key nor a certificate", file)
}

func saidOf(o protocol.ClerkOrder, done protocol.ClerkOrdered) string {
	var b strings.Builder
	switch o.Do {
	case protocol.ClerkDays:
		fmt.Fprintf(&b, "counters of %s go by the roster for %d days\n", o.Hall, o.Days)
	case protocol.ClerkAdd:
		fmt.Fprintf(&b, "clerk %s of %s is added as %s\n", o.Number, o.Hall, o.Role)
	default:
		fmt.Fprintf(&b, "clerk %s of %s: %s is done\n", o.Number, o.Hall, o.Do)
	}
	if done.Password != "" {
		fmt.Fprintf(&b, "one-time password: %s\nIt is shown once and kept nowhere. Hand it over in person; the clerk changes it at the first sign-in.\n", done.Password)
	}
	return b.String()
}

func listClerks(ctx context.Context, home string, hall casework.HallID, out io.Writer) error {
	var list []protocol.ClerkLine
	if err := askAdmin(ctx, home, http.MethodGet, protocol.PathClerks+"?hall="+url.QueryEscape(string(hall)), nil, http.StatusOK, &list); err != nil {
		return err
	}
	if len(list) == 0 {
		_, err := fmt.Fprintf(out, "%s has no clerks here; clerk add begins\n", hall)
		return err
	}
	for _, c := range list {
		marks := []string{}
		if c.Suspended {
			marks = append(marks, "suspended")
		}
		if c.Once {
			marks = append(marks, "one-time password")
		}
		if c.Cards > 0 {
			marks = append(marks, fmt.Sprintf("%d cards", c.Cards))
		}
		fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("%-16s  %-13s  %s  %s", c.Number, c.Role, c.Name, strings.Join(marks, ", ")), " "))
	}
	return nil
}
