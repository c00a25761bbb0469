package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"counterfoil/app/config"
)

func TestWhatTheClerkChangedIsThereAgain(t *testing.T) {
	folder := t.TempDir()
	if p, err := config.LoadPreferences(folder); err != nil || p != (config.Preferences{}) {
		t.Fatalf("of nothing: %+v, %v", p, err)
	}
	want := config.Preferences{Language: "en", Appearance: "contrast", TextScale: 130}
	for range 2 { // the second replaces the first
		if err := want.Save(folder); err != nil {
			t.Fatal(err)
		}
	}
	got, err := config.LoadPreferences(folder)
	if err != nil || got != want {
		t.Fatalf("got %+v, %v", got, err)
	}
	s := got.Over(config.Default())
	if s.Language != "en" || s.Appearance != "contrast" || s.TextScale != 130 {
		t.Errorf("the settings are then %+v", s)
	}
	if list, _ := os.ReadDir(folder); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}

func TestPreferencesThatWereNeverChangedLeaveTheSettingsAlone(t *testing.T) {
	s := config.Default()
	s.Language, s.TextScale = "en", 115
	got := config.Preferences{Appearance: "dark"}.Over(s)
	if got.Language != "en" || got.TextScale != 115 || got.Appearance != "dark" {
		t.Errorf("got %+v", got)
	}
}

func TestBrokenPreferencesCountAsNoneAndSaySo(t *testing.T) {
	for _, text := range []string{"language = \"fr\"", "text_scale = 9000", "[block]", "colour = \"red\"", "\xff\xfe", "language ="} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "preferences.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := config.LoadPreferences(folder)
		if p != (config.Preferences{}) {
			t.Errorf("%q was taken as %+v", text, p)
		}
		invalid(t, err)
	}
}
