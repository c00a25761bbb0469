package counter

import (
	"crypto"
	"crypto/ed25519"

	"counterfoil/app/casework"
	"counterfoil/app/counter/keep"
	"counterfoil/app/protocol"
)

// What a device secret is turned into. A label belongs to one key for ever.
const (
	masterLabel     = "counterfoil journal master key v1"
	sm2Label        = "counterfoil device key of suite 2 v1"
	connectionLabel = "counterfoil connection key v1"
)

// keysOf derives a counter's keys from its one secret. In suite 1 the secret is
// the seed of the device key itself, which serves the connection too, as in
// every counter of before. In suite 2 the device key is SM2's, and beside it
// stands an Ed25519 key for the connection, because TLS has no SM suites here:
// who has one of the two learns nothing of the other, nor of the secret. A device key
// on a token is there already and of suite 1; it serves the connection, too, and the
// secret gives the master key alone.
func keysOf(secret []byte, suite protocol.Suite, held *keep.Held) (Identity, error) {
	if err := suite.Check(); err != nil {
		return Identity{}, err
	}
	if len(secret) != ed25519.SeedSize {
		return Identity{}, casework.Refuse(casework.SettingsInvalid, "the device key has a wrong length")
	}
	master, err := suite.Derive(secret, masterLabel, 32)
	if err != nil {
		return Identity{}, err
	}
	id := Identity{Master: [32]byte(master)}
	if held != nil {
		if suite != protocol.Suite1 {
			return Identity{}, casework.Refuse(casework.TokenSuite, "")
		}
		id.Device, id.Connection, id.held = held, held, held
		return id, nil
	}
	if suite == protocol.Suite1 {
		id.Device = ed25519.NewKeyFromSeed(secret)
		id.Connection = id.Device
		return id, nil
	}
	if id.Device, err = protocol.DeriveSM2Key(secret, sm2Label); err != nil {
		return Identity{}, err
	}
	line, err := suite.Derive(secret, connectionLabel, ed25519.SeedSize)
	if err != nil {
		return Identity{}, err
	}
	id.Connection = ed25519.NewKeyFromSeed(line)
	return id, nil
}

// Suite returns the suite of the device key: of entries, commitments and seals.
func (i Identity) Suite() protocol.Suite {
	key, err := protocol.PublicOf(i.Device)
	if err != nil {
		return 0 // of no known suite, which everything refuses
	}
	return key.Suite
}

// Public returns the key that the counter is enrolled by.
func (i Identity) Public() (protocol.PublicKey, error) {
	return protocol.CounterKey(i.Device, i.connection())
}

// connection returns the key that proves the counter in TLS.
func (i Identity) connection() crypto.Signer {
	if i.Connection == nil {
		return i.Device
	}
	return i.Connection
}
