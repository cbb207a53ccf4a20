"""How true frames stay to their source: errors, PSNR, SSIM, by region and on a named range."""
