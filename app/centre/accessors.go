package centre

import "counterfoil/app/protocol"

// PhoneURL returns the address of the citizen's page, without a slash at the end.
func (c *Centre) PhoneURL() string {
	return c.page.address
}

// CountersURL returns the address of the counters' interface.
func (c *Centre) CountersURL() string { return "https://" + c.counters.address() }

// CountersKey returns the key that counters pin for CountersURL.
func (c *Centre) CountersKey() protocol.PublicKey {
	key, _ := protocol.PublicOf(c.keys.server) // Ed25519 by its type
	return key
}

// AuthorityKey returns the key under which grants are put on the ledger.
func (c *Centre) AuthorityKey() protocol.PublicKey {
	key, _ := protocol.PublicOf(c.keys.authority) // Ed25519 by its type
	return key
}

// LedgerURL returns the address of the ledger node that is to be tried first.
func (c *Centre) LedgerURL() string { return c.ledger.URLs()[0] }

// Trust returns the trust document that counters verify receipts against.
func (c *Centre) Trust() []byte { return c.ledger.Trust() }

// Chain returns the chain id.
func (c *Centre) Chain() string { return c.keys.chain }

// Issuers returns the public keys of the authorities whose licences the
// repository holds, by the name that stands in the licence.
func (c *Centre) Issuers() map[string]protocol.PublicKey { return c.repository.Issuers() }

// EvidenceKey returns the X25519 public key, 32 bytes, that counters seal their
// copies to. The private half lies in the home's keys and is used by nothing
// here: an auditor fetches it.
func (c *Centre) EvidenceKey() []byte { return c.keys.evidence.PublicKey().Bytes() }

// EvidenceKeySM2 returns the SM2 public key that counters of suite 2 seal theirs
// to, of which the same holds.
func (c *Centre) EvidenceKeySM2() []byte {
	key, _ := protocol.PublicOf(c.keys.evidence2) // SM2 by its making
	return key.Bytes
}

func (c *Centre) about() protocol.About {
	return protocol.About{Name: c.o.Name, Chain: c.keys.chain, Practice: c.o.Practice, Time: c.o.Now().UTC(), Phone: c.PhoneURL() + "/",
		Evidence: c.EvidenceKey(), EvidenceSM2: c.EvidenceKeySM2()}
}
