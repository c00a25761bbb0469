package centre

import (
	"encoding/json"
	"fmt"
	"os"

	"counterfoil/app/centre/keyfile"
	"counterfoil/app/protocol"
)

// Public is what a centre tells everybody: a hall that enrols a counter writes
// it into the counter's settings.
type Public struct {
	Chain     string                        `json:"chain"`
	Centre    string                        `json:"centre"`     // address of the counters' interface
	CentreKey protocol.PublicKey            `json:"centre_key"` // that counters pin for it
	Authority protocol.PublicKey            `json:"authority"`  // under which grants are put on the ledger
	Issuers   map[string]protocol.PublicKey `json:"issuers"`    // of licences, by the name that stands in them
}

// Public returns what the centre tells everybody.
func (c *Centre) Public() Public {
	return Public{Chain: c.Chain(), Centre: c.CountersURL(), CentreKey: c.CountersKey(), Authority: c.AuthorityKey(), Issuers: c.Issuers()}
}

// Save writes it to a file.
func (p Public) Save(path string) error {
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return keyfile.Write(path, append(raw, '\n'))
}

// ReadPublic reads a file that Save wrote.
func ReadPublic(path string) (Public, error) {
	var p Public
	raw, err := os.ReadFile(path)
	if err != nil {
		return p, err
	}
	if json.Unmarshal(raw, &p) != nil || p.Chain == "" || p.Centre == "" || p.CentreKey.Check() != nil {
		return p, fmt.Errorf("%s is not what a centre tells of itself", path)
	}
	return p, nil
}
