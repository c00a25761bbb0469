package config

import (
	"bytes"
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

// preferencesName is the file's name, beside the journal.
const preferencesName = "preferences.toml"

// Preferences are what the clerk changed at the counter. They lie in a file of
// their own beside the journal and go before the settings, which are the
// administrator's and which no program writes after enrolment. The zero value
// of a field is one that the clerk never changed.
type Preferences struct {
	Language   string `toml:"language,omitempty"`   // as of Settings
	Appearance string `toml:"appearance,omitempty"` // as of Settings
	TextScale  int    `toml:"text_scale,omitempty"` // as of Settings
}

// LoadPreferences reads the preferences in a folder; where there are none they
// are empty. A file that is not as it should be gives empty ones and the
// problem, of which a counter needs to do no more than log it: nobody should be
// kept from work by the colour of the window.
func LoadPreferences(folder string) (Preferences, error) {
	name := filepath.Join(folder, preferencesName)
	f, err := os.Open(name)
	if os.IsNotExist(err) {
		return Preferences{}, nil
	}
	if err != nil {
		return Preferences{}, err
	}
	defer f.Close()
	var p Preferences
	report := &sheet.Report{}
	for _, row := range sheet.Read(f, report) {
		if row.Block != "" {
			row.Fault("", sheet.BlockUnknown, row.Block, "")
			continue
		}
		p.read(row)
		row.Done()
	}
	if err := report.Refusal(casework.SettingsInvalid, name); err != nil {
		return Preferences{}, err
	}
	return p, nil
}

func (p *Preferences) read(row *sheet.Row) {
	if row.Has("language") {
		p.Language = row.OneOf("language", "zh-CN", "en")
	}
	if row.Has("appearance") {
		p.Appearance = row.OneOf("appearance", "light", "dark", "contrast")
	}
	if row.Has("text_scale") {
		p.TextScale = row.Number("text_scale", 75, 200)
	}
}

// Save puts the preferences into a folder, whole or not at all.
func (p Preferences) Save(folder string) error {
	var text bytes.Buffer
	enc := toml.NewEncoder(&text)
	enc.Indent = ""
	if err := enc.Encode(p); err != nil {
		return err
	}
	return replace(filepath.Join(folder, preferencesName), text.Bytes())
}

// Over returns the settings with the preferences in place of theirs.
func (p Preferences) Over(s Settings) Settings {
	if p.Language != "" {
		s.Language = p.Language
	}
	if p.Appearance != "" {
		s.Appearance = p.Appearance
	}
	if p.TextScale != 0 {
		s.TextScale = p.TextScale
	}
	return s
}
