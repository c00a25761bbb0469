package protocol

import (
	"slices"
	"time"

	"counterfoil/app/casework"
)

// maxSamples bounds an ink: ten minutes at 200 reports a second.
const maxSamples = 120_000

// maxInkTime bounds a sample's time: a pad may be read for days before somebody
// signs.
const maxInkTime = 365 * 24 * time.Hour

// wireInk is the record of an ink that is kept and committed to: every sample
// as the pad reported it, column by column, each column as differences. That
// is a third of the size of one map a sample and loses nothing.
type wireInk struct {
	Version  int     `cbor:"1,keyasint"`
	Pad      wirePad `cbor:"2,keyasint"`
	Started  int64   `cbor:"3,keyasint"` // Unix milliseconds
	Document []byte  `cbor:"4,keyasint"`
	Lost     int     `cbor:"5,keyasint,omitempty"`
	X        []int   `cbor:"6,keyasint"`
	Y        []int   `cbor:"7,keyasint"`
	Pressure []int   `cbor:"8,keyasint"`
	Time     []int   `cbor:"9,keyasint"` // milliseconds
	Seq      []int   `cbor:"10,keyasint"`
	State    []byte  `cbor:"11,keyasint"` // a byte a sample: 1 near, 2 down
}

type wirePad struct {
	Model     string `cbor:"1,keyasint"`
	Serial    string `cbor:"2,keyasint"`
	Firmware  string `cbor:"3,keyasint"`
	Transport string `cbor:"4,keyasint"`
	Width     int    `cbor:"5,keyasint"`
	Height    int    `cbor:"6,keyasint"`
	MaxX      int    `cbor:"7,keyasint"`
	MaxY      int    `cbor:"8,keyasint"`
	MaxP      int    `cbor:"9,keyasint"`
	Rate      int    `cbor:"10,keyasint"`
	Colour    bool   `cbor:"11,keyasint,omitempty"`
	// Encryption is left out where there was none, as in all records of before.
	Encryption string `cbor:"12,keyasint,omitempty"`
}

// EncodeInk returns the record of an ink: core-deterministic CBOR, so the same
// ink has the same bytes. Times finer than a millisecond are refused: no pad
// has them, and they would be lost.
func EncodeInk(k casework.Ink) ([]byte, error) {
	n := len(k.Samples)
	if n > maxSamples {
		return nil, casework.Refuse(casework.Malformed, "the ink is too long")
	}
	w := wireInk{Version: Version, Pad: wirePad(k.Pad), Started: k.Started.UnixMilli(), Document: k.Document[:], Lost: k.Lost,
		X: make([]int, n), Y: make([]int, n), Pressure: make([]int, n), Time: make([]int, n), Seq: make([]int, n), State: make([]byte, n)}
	var last casework.PenSample
	for i, s := range k.Samples {
		if s.Time%time.Millisecond != 0 || s.Time < 0 || s.Time > maxInkTime {
			return nil, casework.Refuse(casework.Malformed, "a sample's time is out of range or not in whole milliseconds")
		}
		w.X[i], w.Y[i], w.Pressure[i] = s.X-last.X, s.Y-last.Y, s.Pressure-last.Pressure
		w.Time[i], w.Seq[i] = int((s.Time-last.Time)/time.Millisecond), s.Seq-last.Seq
		w.State[i] = bit(s.Near, 1) | bit(s.Down, 2)
		last = s
	}
	return Marshal(w)
}

// DecodeInk reads the record of an ink. Whether it is a usable signature is
// Ink.Check's to say.
func DecodeInk(b []byte) (casework.Ink, error) {
	var w wireInk
	if err := Unmarshal(b, &w); err != nil {
		return casework.Ink{}, err
	}
	if w.Version != Version {
		return casework.Ink{}, casework.Refuse(casework.UnsupportedVersion, "the ink is of another version")
	}
	n := len(w.X)
	if n > maxSamples || len(w.Y) != n || len(w.Pressure) != n || len(w.Time) != n || len(w.Seq) != n || len(w.State) != n || len(w.Document) != 32 {
		return casework.Ink{}, casework.Refuse(casework.Malformed, "the ink's columns differ in length")
	}
	if slices.ContainsFunc(w.State, func(s byte) bool { return s > 3 }) {
		return casework.Ink{}, casework.Refuse(casework.Malformed, "a sample in an unknown state")
	}
	k := casework.Ink{Pad: casework.PadIdentity(w.Pad), Started: time.UnixMilli(w.Started).UTC(), Lost: w.Lost, Document: casework.Digest(w.Document)}
	var s casework.PenSample
	for i := range n {
		s.X, s.Y, s.Pressure = s.X+w.X[i], s.Y+w.Y[i], s.Pressure+w.Pressure[i]
		const most = int(maxInkTime / time.Millisecond)
		if ms := int(s.Time/time.Millisecond) + min(max(w.Time[i], -most-1), most+1); ms < 0 || ms > most {
			return casework.Ink{}, casework.Refuse(casework.Malformed, "a sample's time is out of range")
		}
		s.Time += time.Duration(w.Time[i]) * time.Millisecond
		s.Seq += w.Seq[i]
		s.Near, s.Down = w.State[i]&1 != 0, w.State[i]&2 != 0
		k.Samples = append(k.Samples, s)
	}
	return k, nil
}

func bit(on bool, value byte) byte {
	if on {
		return value
	}
	return 0
}
