package centre

import (
	"context"
	"errors"
	"net/http"
	"path/filepath"
	"sync"

	"counterfoil/app/casework"
	"counterfoil/app/centre/authorization"
	"counterfoil/app/centre/chain"
	"counterfoil/app/centre/evidence"
	"counterfoil/app/centre/identity"
	"counterfoil/app/centre/phone"
	"counterfoil/app/centre/repository"
	"counterfoil/app/centre/roster"
	"counterfoil/app/centre/store"
	"counterfoil/app/protocol"
)

// Centre is a running centre.
type Centre struct {
	o          Options
	keys       keys
	store      *store.Store
	ledger     Ledger
	auth       *authorization.Service
	repository *repository.Repository
	identity   *identity.Service
	evidence   *evidence.Store
	rosters    *roster.Service
	phone      *server
	page       page
	counters   *server
	admin      *server // nil: none
	ending     context.CancelFunc
	running    sync.WaitGroup
	enrolling  sync.Mutex
	known      callers // of an outside ledger
}

// Start starts every part and returns when all of them answer. It may take a
// second: the ledger's first block. ctx ends the start, not the centre; Close
// does.
func Start(ctx context.Context, o Options) (_ *Centre, err error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	c := &Centre{o: o}
	run, ending := context.WithCancel(context.WithoutCancel(ctx))
	c.ending = ending
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Close())
		}
	}()
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	if err := c.openPage(run); err != nil {
		return nil, err
	}
	if err := c.authorize(ctx); err != nil {
		return nil, err
	}
	c.running.Go(func() { c.auth.Run(run) })
	if o.Outside == nil {
		c.running.Go(func() { c.settleCounters(run) })
	}
	return c, c.serve(run)
}

// open reads what the home holds and begins with the ledger.
func (c *Centre) open(ctx context.Context) (err error) {
	halls := make([]casework.HallID, 0, len(c.o.Catalogue.Halls()))
	for _, h := range c.o.Catalogue.Halls() {
		halls = append(halls, h.ID)
	}
	if c.keys, err = openKeys(filepath.Join(c.o.Home, "keys"), c.o.Chain, c.o.Practice, halls); err != nil {
		return err
	}
	if c.store, err = store.Open(filepath.Join(c.o.Home, "centre.db")); err != nil {
		return err
	}
	if c.evidence, err = evidence.Open(filepath.Join(c.o.Home, "evidence")); err != nil {
		return err
	}
	if c.repository, err = repository.New(repository.Options{Home: filepath.Join(c.o.Home, "issuers"), Register: c.o.Register, Kinds: c.o.Catalogue.Kind, Now: c.o.Now}); err != nil {
		return err
	}
	if err := c.openRosters(ctx); err != nil {
		return err
	}
	if c.ledger = c.o.Outside; c.ledger != nil {
		return c.entitled(ctx)
	}
	return c.startNode(ctx)
}

// startNode starts the ledger's node inside this process.
func (c *Centre) startNode(ctx context.Context) error {
	admins := map[casework.HallID]protocol.PublicKey{}
	for hall, key := range c.keys.admins {
		var err error
		if admins[hall], err = protocol.PublicOf(key); err != nil {
			return err
		}
	}
	n, err := chain.Start(ctx, chain.Options{Home: filepath.Join(c.o.Home, "ledger"), Chain: c.keys.chain, Authority: c.AuthorityKey(),
		Admins: admins, RPC: c.o.Ledger, Log: c.o.Log, Now: c.o.Now})
	if err != nil {
		return err
	}
	c.ledger, err = newInside(n, c.o.Log)
	return err
}

// entitled refuses a ledger that was founded for another authorization service:
// it would take none of this centre's grants. One that can't be asked now may be
// the right one: what it refuses later is logged.
func (c *Centre) entitled(ctx context.Context) error {
	key, there, err := state[protocol.PublicKey](ctx, c.ledger, protocol.LedgerAuthority)
	switch {
	case err != nil || !there:
		c.o.Log.Warn("the ledger can't be asked for its authorization service")
	case key.ID() != c.AuthorityKey().ID():
		return errors.New("centre: the ledger was founded for another authorization service: its key is not this home's")
	}
	return nil
}

func (c *Centre) authorize(ctx context.Context) (err error) {
	c.auth, err = authorization.New(ctx, authorization.Options{
		Store: c.store, Catalogue: c.o.Catalogue, Key: c.keys.secret, Now: c.o.Now,
		Link:     func(token string) string { return c.PhoneURL() + "/r/" + token },
		Register: c.register, Revoked: c.revoke, Trace: c.trace,
	})
	if err != nil {
		return err
	}
	practice := ""
	if c.o.Practice {
		practice = repository.PracticePIN
	}
	c.identity, err = identity.New(identity.Options{Store: c.store, Address: c.page.address, Name: c.o.Name, Key: c.keys.secret,
		Person: c.person, Practice: practice, Now: c.o.Now})
	return err
}

func (c *Centre) serve(run context.Context) (err error) {
	tls, err := protocol.ServerTLS(c.keys.server)
	if err != nil {
		return err
	}
	handler, err := phone.Handler(phone.Options{Repository: c.repository, Identity: c.identity, Authorization: c.auth, Catalogue: c.o.Catalogue, Practice: c.o.Practice,
		Home: c.o.Hall, Secure: c.page.secure(), Root: c.page.root, Now: c.o.Now, Log: c.o.Log, Receipt: c.receipt,
		Ledger: phone.Ledger{Trust: c.ledger.Trust, Proof: c.proof, Case: c.onLedger, Read: c.wasRead}})
	if err != nil {
		return err
	}
	c.phone.start(http.TimeoutHandler(handler, pageTime, ""))
	if c.counters, err = listen(run, "tcp", c.o.Counters, tls, c.countersAPI()); err != nil {
		return err
	}
	if c.o.Admin != "" {
		c.admin, err = listenSocket(run, c.o.Admin, c.adminAPI())
	}
	return err
}

// Close ends every part, those that take work first. What was answered is on
// disk; what waits for the ledger is carried there after the next start.
func (c *Centre) Close() error {
	c.ending() // long polls end
	var errs []error
	for _, s := range []*server{c.admin, c.counters, c.phone} {
		if s != nil {
			errs = append(errs, s.close())
		}
	}
	c.running.Wait()
	if c.ledger != nil {
		errs = append(errs, c.ledger.Close())
	}
	if c.store != nil {
		errs = append(errs, c.store.Close())
	}
	return errors.Join(errs...)
}
