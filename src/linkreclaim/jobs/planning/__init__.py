"""Planning: what to do first of what an audit found."""
