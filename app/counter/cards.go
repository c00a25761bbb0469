package counter

import (
	"encoding/pem"
	"fmt"
	"io"

	"counterfoil/devices/token"
)

// Cards writes the public keys of the cards in the readers as PEM, one after the
// other, for the administrator who lets them stand for somebody (counterfoil-centre
// clerk card). module is the path of their PKCS#11 module. CardMissing: it can't be
// used, or no card is there.
func Cards(module string, out io.Writer) error {
	t, err := token.Open(module)
	if err != nil {
		return err
	}
	keys, err := t.Keys()
	if err != nil {
		return err
	}
	for _, der := range keys {
		if err := pem.Encode(out, &pem.Block{Type: "PUBLIC KEY", Bytes: der}); err != nil {
			return fmt.Errorf("writing a card's key: %w", err)
		}
	}
	return nil
}
