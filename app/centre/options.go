package centre

import (
	"errors"
	"log/slog"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
)

// Options say where a centre lives and listens. Home and Catalogue are
// required; an empty address is a free port on loopback.
type Options struct {
	Home      string // folder of keys, store, evidence and ledger; made when missing
	Name      string // as counters show it
	Catalogue *catalogue.Catalogue
	Register  string // TOML file of the licence repository's issuers, people and entities, read again by ReloadRegister; empty: the invented one
	Practice  bool
	Hall      casework.HallID // offered first when a code is made; empty: the catalogue's first
	Chain     string          // chain id; empty: made on the first start
	Phone     string          // listen address of the citizen's page: plain HTTP, with TLS in front of it, unless one of the next is given
	PhoneCert string          // PEM file of the page's certificate chain, read again when it changes; with PhoneKey
	PhoneKey  string          // PEM file of its key
	PhoneOwn  bool            // practice: the page's certificate is made here. So it is without being said where the page leaves this machine
	PhoneURL  string          // how phones reach that page, without a slash at the end; empty: the listen address
	Counters  string          // listen address of the counters' interface
	Ledger    string          // listen address of the RPC of the ledger node inside
	Outside   Ledger          // the ledger that halls keep elsewhere; Chain is then its chain id. Nil: a node inside, alone. Closed by the centre
	Admin     string          // path of the administrator's socket; empty: none
	Now       func() time.Time
	Log       *slog.Logger // nil: quiet. Never gets codes or anything personal
}

func (o *Options) complete() error {
	if o.Home == "" || o.Catalogue == nil {
		return errors.New("centre: no home folder, or no catalogue")
	}
	if o.Outside != nil && o.Chain == "" {
		return errors.New("centre: the chain id of the halls' ledger is missing")
	}
	switch {
	case (o.PhoneCert == "") != (o.PhoneKey == ""):
		return errors.New("centre: the page's certificate and its key are given together")
	case o.PhoneOwn && o.PhoneCert != "":
		return errors.New("centre: the page's certificate is read from a file or made here, not both")
	case o.PhoneOwn && !o.Practice:
		return errors.New("centre: a certificate that is made here is for practice; outside it the page's certificate comes from a file")
	}
	for _, address := range []*string{&o.Phone, &o.Counters, &o.Ledger} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
	if o.Name == "" {
		o.Name = "counterfoil-centre"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}
