package program

import (
	"errors"
	"io/fs"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/app/config"
	"counterfoil/app/counter/keep"
	"counterfoil/app/explain"
	"counterfoil/app/protocol"
)

// notSetUp refuses a start without settings, with the steps that lead to some. Of a
// key that is in the folder already it tells the fingerprint, without opening it.
func notSetUp(folder string) error {
	lines := []explain.Line{
		{Key: "start.request"}, {Key: "start.approve"}, {Key: "start.enrol"},
		keyThere(folder),
		{Key: "start.place", Args: []any{config.Paths()[0], config.Paths()[1]}},
	}
	return explain.With(casework.Refuse(casework.SettingsMissing, ""), lines...)
}

func keyThere(folder string) explain.Line {
	_, public, err := keep.Look(filepath.Join(folder, "device.key"))
	if errors.Is(err, fs.ErrNotExist) {
		return explain.Line{Key: "start.none", Args: []any{folder}}
	}
	key, bad := protocol.KeyOf(public)
	if err != nil || bad != nil { // of before, or damaged: whoever opens it will say
		return explain.Line{Key: "start.old", Args: []any{folder}}
	}
	return explain.Line{Key: "start.key", Args: []any{folder, key.Fingerprint()}}
}
