"""Where keys are kept: the desktop's own key store, and a file for training. systemd credentials and TPM come later."""
