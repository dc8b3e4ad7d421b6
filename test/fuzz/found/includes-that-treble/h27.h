int laugh(void);
