package config

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"
)

// file is the shape of the settings file.
type file struct {
	Hall       string            `toml:"hall"`
	Counter    string            `toml:"counter"`
	Clerk      string            `toml:"clerk"`
	Language   string            `toml:"language"`
	Appearance string            `toml:"appearance"`
	TextScale  int               `toml:"text_scale"`
	Chain      string            `toml:"chain"`
	Journal    string            `toml:"journal"`
	Catalogue  string            `toml:"catalogue,omitempty"`
	Key        fileKey           `toml:"key"`
	Centre     fileCentre        `toml:"centre"`
	Ledger     fileLedger        `toml:"ledger"`
	Issuers    map[string]string `toml:"issuers"`
	Devices    fileDevices       `toml:"devices"`
	Limits     fileLimits        `toml:"limits"`
	Clerks     fileClerks        `toml:"clerks"`
}

type fileKey struct {
	Suite    int    `toml:"suite"`
	Kept     string `toml:"kept"`
	Chip     string `toml:"tpm,omitempty"`
	Module   string `toml:"module,omitempty"`
	Label    string `toml:"label,omitempty"`
	Enrolled string `toml:"enrolled,omitempty"`
}

type fileCentre struct {
	Address string `toml:"address"`
	Key     string `toml:"key"`
}

type fileLedger struct {
	Nodes []string `toml:"nodes"`
	Trust string   `toml:"trust"`
}

type fileDevices struct {
	Pad        string `toml:"pad"`
	Encryption string `toml:"pad_encryption"`
	Camera     string `toml:"camera"`
	Document   string `toml:"document_camera"`

	CameraTurn   int `toml:"camera_turn,omitempty"`
	DocumentTurn int `toml:"document_camera_turn,omitempty"`

	Citizen string `toml:"citizen"`
	Monitor string `toml:"monitor,omitempty"`
	Scanner string `toml:"scanner"`
}

type fileLimits struct {
	Ledger string `toml:"ledger_limit"`
	Clear  string `toml:"clear_after"`
}

type fileClerks struct {
	SignIn   string   `toml:"sign_in"`
	Module   string   `toml:"module,omitempty"`
	Lock     string   `toml:"lock"`
	Presence []string `toml:"presence,omitempty"`
	Second   []string `toml:"second,omitempty"`
}

// Write writes the settings as a file that Load reads back to the same.
func (s Settings) Write(w io.Writer) error {
	f := file{Hall: string(s.Hall), Counter: string(s.Counter), Clerk: s.Clerk, Language: s.Language,
		Appearance: s.Appearance, TextScale: s.TextScale, Chain: s.Chain, Journal: s.Journal, Catalogue: s.Catalogue,
		Key: fileKey{s.Suite, s.Key.Kept, s.Key.Chip, s.Key.Module, s.Key.Label, s.Key.Enrolled}, Centre: fileCentre{s.Centre.Address, base64.StdEncoding.EncodeToString(s.Centre.Key)},
		Ledger:  fileLedger{s.Ledger.Nodes, string(s.Ledger.Trust)},
		Issuers: map[string]string{}, Devices: fileDevices(s.Devices),
		Limits: fileLimits{s.Limits.Ledger.String(), s.Limits.Clear.String()},
		Clerks: fileClerks{s.Clerks.SignIn, s.Clerks.Module, s.Clerks.Lock.String(), s.Clerks.Presence, s.Clerks.Second}}
	for name, key := range s.Issuers {
		f.Issuers[name] = base64.StdEncoding.EncodeToString(key)
	}
	if _, err := fmt.Fprint(w, "# Settings of one counter, written at enrolment. A mistake is reported with its line.\n\n"); err != nil {
		return err
	}
	enc := toml.NewEncoder(w)
	enc.Indent = ""
	return enc.Encode(f)
}

// Save checks the settings and puts them at path, readable by its owner alone:
// under a temporary name first, synced, then renamed, so that a power cut leaves
// the old file or the new one.
func (s Settings) Save(path string) error {
	var text bytes.Buffer
	if err := s.Write(&text); err != nil {
		return err
	}
	if _, err := Read(bytes.NewReader(text.Bytes()), path); err != nil {
		return err
	}
	return replace(path, text.Bytes())
}

// replace puts a file at path as Save says.
func replace(path string, text []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // nothing is left to remove once it was renamed
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
