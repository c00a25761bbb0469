package program

import (
	"context"
	"path/filepath"

	"counterfoil/app/centre"
	"counterfoil/app/counter"
	"counterfoil/app/protocol"
)

// startCentre starts the far end inside the process and points o at it. The
// counter reaches it as it reaches a real one; only the addresses differ.
func (p *program) startCentre(ctx context.Context, o *counter.Options) error {
	far, err := centre.Start(ctx, centre.Options{Home: filepath.Join(o.Dir, "centre"), Catalogue: o.Catalogue, Practice: true, Hall: o.Hall, Phone: p.phone})
	if err != nil {
		return err
	}
	p.centre = far
	key, err := protocol.PublicOf(o.Identity.Device)
	if err != nil {
		return err
	}
	if err := p.centre.Enrol(ctx, o.Hall, o.Counter, key); err != nil {
		return err
	}
	o.Chain, o.Centre, o.CentreKey = p.centre.Chain(), p.centre.CountersURL(), p.centre.CountersKey()
	o.Roster = !p.plays() // what plays by itself signs nobody in
	o.Nodes, o.Trust, o.Issuers = []string{p.centre.LedgerURL()}, p.centre.Trust(), p.centre.Issuers()
	p.log.Info("practice centre", "phone", p.centre.PhoneURL(), "ledger", p.centre.LedgerURL())
	if address, file, digest := p.centre.PhoneRoot(); address != "" {
		p.log.Info("phones must trust the practice root first", "root", address, "file", file, "sha256", digest)
	}
	return nil
}
