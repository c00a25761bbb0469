package keep

import (
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/zalando/go-keyring"

	"counterfoil/app/casework"
)

// service is under what the keyring shows our entries.
const service = "counterfoil device key"

// keyringThere reports whether a keyring keeps what it is given. On Linux it looks
// for the session's bus first: to ask without one would start one.
func keyringThere() bool {
	if runtime.GOOS == "linux" && os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		if _, err := os.Stat(filepath.Join("/run/user", strconv.Itoa(os.Getuid()), "bus")); err != nil {
			return false
		}
	}
	name := "probe " + hex.EncodeToString(random(8))
	if keyring.Set(service, name, name) != nil {
		return false
	}
	got, err := keyring.Get(service, name)
	return keyring.Delete(service, name) == nil && err == nil && got == name
}

// newInKeyring gives the keyring a new key. An earlier one stays there: the file
// that needs it may be the one that a power cut leaves.
func newInKeyring(h *head) ([]byte, error) {
	lock := random(lockSize)
	h.Entry = hex.EncodeToString(random(8))
	if err := keyring.Set(service, h.Entry, base64.StdEncoding.EncodeToString(lock)); err != nil {
		return nil, casework.Refuse(casework.KeyringRefused, "it takes no entry")
	}
	return lock, nil
}

func fromKeyring(h head) ([]byte, error) {
	text, err := keyring.Get(service, h.Entry)
	if err != nil {
		return nil, casework.Refuse(casework.KeyringRefused, "it gives out no entry "+h.Entry)
	}
	lock, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(lock) != lockSize {
		return nil, casework.Refuse(casework.KeyringRefused, "its entry "+h.Entry+" is no key")
	}
	return lock, nil
}
