// Package look is how Counterfoil looks: the colours of its three appearances,
// the sizes at a text scale, and the fonts it carries. It knows no screen and no
// word; package kit names the colours that a widget asks for.
package look
