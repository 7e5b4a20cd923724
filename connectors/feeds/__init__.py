"""Where articles come from: feeds over HTTP, polled politely and safely, published as Articles."""
