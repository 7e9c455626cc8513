System.Console.WriteLine("biolearn");
