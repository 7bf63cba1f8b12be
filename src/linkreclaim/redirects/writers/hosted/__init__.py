"""Writers for hosts, content systems and site generators, whose own rules say what a redirect may be."""

from linkreclaim.redirects.interface import Writer
from linkreclaim.redirects.writers.hosted.cloudflare import CloudflareWriter
from linkreclaim.redirects.writers.hosted.cloudflare_bulk import CLOUDFLARE_BULK
from linkreclaim.redirects.writers.hosted.cloudfront import AWS_CLOUDFRONT
from linkreclaim.redirects.writers.hosted.django import DJANGO
from linkreclaim.redirects.writers.hosted.docusaurus import DOCUSAURUS
from linkreclaim.redirects.writers.hosted.drupal import DRUPAL
from linkreclaim.redirects.writers.hosted.hubspot import HUBSPOT
from linkreclaim.redirects.writers.hosted.hugo import HUGO
from linkreclaim.redirects.writers.hosted.iis import IIS
from linkreclaim.redirects.writers.hosted.jekyll import JEKYLL
from linkreclaim.redirects.writers.hosted.mkdocs import MKDOCS
from linkreclaim.redirects.writers.hosted.netlify import NetlifyWriter
from linkreclaim.redirects.writers.hosted.next import NEXT
from linkreclaim.redirects.writers.hosted.rank_math import RANK_MATH
from linkreclaim.redirects.writers.hosted.s3 import AWS_S3
from linkreclaim.redirects.writers.hosted.shopify import SHOPIFY
from linkreclaim.redirects.writers.hosted.squarespace import SQUARESPACE
from linkreclaim.redirects.writers.hosted.traefik import TRAEFIK
from linkreclaim.redirects.writers.hosted.umbraco import UMBRACO
from linkreclaim.redirects.writers.hosted.vercel import VERCEL
from linkreclaim.redirects.writers.hosted.webflow import WEBFLOW
from linkreclaim.redirects.writers.hosted.wix import WIX
from linkreclaim.redirects.writers.hosted.wordpress_redirection import WORDPRESS_REDIRECTION
from linkreclaim.redirects.writers.hosted.yoast import YOAST

HOSTED: tuple[Writer, ...] = (
    NetlifyWriter(),
    CloudflareWriter(),
    CLOUDFLARE_BULK,
    VERCEL,
    NEXT,
    AWS_CLOUDFRONT,
    AWS_S3,
    IIS,
    TRAEFIK,
    WORDPRESS_REDIRECTION,
    RANK_MATH,
    YOAST,
    SHOPIFY,
    SQUARESPACE,
    WEBFLOW,
    WIX,
    HUBSPOT,
    DRUPAL,
    UMBRACO,
    HUGO,
    JEKYLL,
    MKDOCS,
    DOCUSAURUS,
    DJANGO,
)
