package dev.warmfront.scheduler;
final class Q { static double SHARE=0.018; static final double EL=d("el",0.2), CAP=d("cap",0.3), GAIN=d("sg",0.1), MEM=d("memf",0.5); static final int DEF=(int)d("def",1); static double W=d("w",0);
 static final double G=d("g",1),N=d("n",2000),LO=d("lo",1.4),HI=d("hi",2); static final boolean FIX=Boolean.getBoolean("fix"); static double d(String k,double v){return Double.parseDouble(System.getProperty(k,""+v));} }
